// SPDX-License-Identifier: GPL-2.0
/* A line of monitor and follow: what happened, to what, and when. */
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "ipstctl.h"
#include "uevent.h"

/* Text: time, noun, name, event, and what @detail says. */
void event_print(bool json, json_object *event, const char *noun,
		 const char *detail)
{
	char text[40], zone[8];
	struct timeval now;
	struct tm tm;

	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &tm);
	if (json) {
		strftime(zone, sizeof(zone), "%z", &tm);
		strftime(text, sizeof(text), "%FT%T", &tm);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 ".%03d%s", (int)(now.tv_usec / 1000), zone);
		out_add_string(event, "time", text);
		out_json_line(event);
	} else {
		strftime(text, sizeof(text), "%F %T", &tm);
		printf("%s %s %s %s%s%s\n", text, noun,
		       out_string(event, "name"), out_string(event, "event"),
		       *detail ? ": " : "", detail);
		fflush(stdout);
	}
	json_object_put(event);
}
