// Spreads work evenly over time. Time lost (a freeze, a slow machine) is not made up for by a burst.
#ifndef PACE_H
#define PACE_H

#include <stdint.h>
#include <time.h>

#define PACE_TICK_NS 5000000 // 5 ms
#define PACE_TICKS_PER_SECOND (1000000000 / PACE_TICK_NS)

struct pace {
  struct timespec next;
  uint64_t owed; // in 1/PACE_TICKS_PER_SECOND of a page
};

static int64_t pace_lateness_ns(const struct pace *pace) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - pace->next.tv_sec) * INT64_C(1000000000) + (now.tv_nsec - pace->next.tv_nsec);
}

// Sleeps until the next tick and returns how many pages to write in it. A rate of 0 never sleeps.
static uint64_t pace_wait(struct pace *pace, uint64_t pages_per_second) {
  if (pages_per_second == 0)
    return 1024;
  if (pace_lateness_ns(pace) > 100 * INT64_C(1000000))
    clock_gettime(CLOCK_MONOTONIC, &pace->next);
  pace->next.tv_nsec += PACE_TICK_NS;
  if (pace->next.tv_nsec >= 1000000000) {
    pace->next.tv_nsec -= 1000000000;
    pace->next.tv_sec += 1;
  }
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &pace->next, 0) != 0)
    ;
  pace->owed += pages_per_second;
  uint64_t pages = pace->owed / PACE_TICKS_PER_SECOND;
  pace->owed %= PACE_TICKS_PER_SECOND;
  return pages;
}

#endif
