// dirtier SIZE_MB WORKING_SET_MB PAGES_PER_SECOND
//
// Holds SIZE_MB of incompressible data and keeps rewriting the first WORKING_SET_MB of it, round and round, so
// that every page of the working set is dirtied equally often. SIGUSR1 doubles the rate, SIGUSR2 halves it.
// A working set of 0 writes nothing; a rate of 0 writes as fast as it can.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pace.h"
#include "page-stamp.h"

static volatile sig_atomic_t doublings;

static void change_rate(int signal) {
  doublings += signal == SIGUSR1 ? 1 : -1;
}

static uint64_t rate_now(uint64_t rate) {
  int by = doublings;
  uint64_t changed = by >= 0 ? rate << by : rate >> -by;
  return rate > 0 && changed == 0 ? 1 : changed;
}

// xorshift64: fast, and nothing a compressor can shorten.
static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

int main(int argc, char **argv) {
  size_t megabytes = argc == 4 ? strtoul(argv[1], NULL, 10) : 0;
  size_t working_set = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
  if (megabytes == 0 || working_set > megabytes) {
    fprintf(stderr, "usage: dirtier SIZE_MB WORKING_SET_MB PAGES_PER_SECOND(0=unlimited)\n");
    return 2;
  }
  uint64_t rate = strtoull(argv[3], NULL, 10);
  size_t bytes = megabytes << 20;
  uint64_t *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    perror("dirtier: memory");
    return 1;
  }
  signal(SIGUSR1, change_rate);
  signal(SIGUSR2, change_rate);

  uint64_t random = UINT64_C(0x9e3779b97f4a7c15);
  for (size_t word = 0; word < bytes / sizeof *memory; word++)
    memory[word] = next_random(&random);

  size_t pages = (working_set << 20) / PAGE_SIZE;
  if (pages == 0)
    for (;;)
      pause();
  struct pace pace = {0};
  for (size_t page = 0;;)
    for (uint64_t budget = pace_wait(&pace, rate_now(rate)); budget > 0; budget--, page = (page + 1) % pages)
      memory[page * (PAGE_SIZE / sizeof *memory)] = next_random(&random);
}
