/* SPDX-License-Identifier: GPL-2.0 */
/* What all files of the program use. */
#ifndef TYPES_H
#define TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define BIT_ULL(n)		(1ULL << (n))
#define NUM(array)		(sizeof(array) / sizeof((array)[0]))
#define PAGE_BYTES		4096U
#define SECTOR_BYTES		512U
#define NSEC_PER_SEC		1000000000ULL

/* Exit statuses, like those of the tests. */
enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_SKIP = 4 };

static inline u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 max_u64(u64 a, u64 b)
{
	return a > b ? a : b;
}

static inline u64 round_up_to(u64 value, u64 unit)
{
	return (value + unit - 1) / unit * unit;
}

/* util.c */
extern const char *program;
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void skip(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
int must(int ret, const char *what);
u64 now_ns(void);
void sleep_ms(unsigned int ms);
int poll_fd(int fd, int timeout_ms);
u64 random_next(u64 *state);
u32 random_below(u64 *state, u32 limit);
bool random_chance(u64 *state, u32 one_in);

#endif
