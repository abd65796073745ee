// page-counter SIZE_MB PAGES_PER_SECOND [private|shared|file]
//
// Counts up in every page of its memory, in address order, for ever. At any instant the memory is a run of
// pages holding v + 1 followed by a run holding v: one edge. A page lost, repeated or old after a migration
// breaks that picture, and the counter notices by itself when it comes round to the page: it then writes a line
// to /page-counter.failed and stops counting, but lives on so that its memory can be looked at. With `file` the memory
// is a shared mapping of /page-counter.pages.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pace.h"
#include "page-stamp.h"

static struct page_stamp *stamp_of(char *memory, size_t page) {
  return (struct page_stamp *)(memory + page * PAGE_SIZE);
}

// Inaccessible pages on both sides keep the kernel from merging the mapping with a neighbour.
static char *map_memory(size_t bytes, int sharing) {
  char *outer = mmap(NULL, bytes + 2 * PAGE_SIZE, PROT_NONE, sharing | MAP_ANONYMOUS, -1, 0);
  if (outer == MAP_FAILED || mprotect(outer + PAGE_SIZE, bytes, PROT_READ | PROT_WRITE) != 0) {
    perror("page-counter: memory");
    exit(1);
  }
  return outer + PAGE_SIZE;
}

static char *map_file(const char *path, size_t bytes) {
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ftruncate(file, (off_t)bytes) != 0) {
    perror(path);
    exit(1);
  }
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) {
    perror(path);
    exit(1);
  }
  close(file);
  return memory;
}

static void report_and_stay(size_t page, uint32_t expected, const struct page_stamp *found) {
  FILE *report = fopen("/page-counter.failed", "w");
  if (report != NULL) {
    fprintf(report, "page %zu: expected value %u, found value %u, index %u, magic %s\n", page, expected,
            found->value, found->index, found->magic == PAGE_MAGIC ? "right" : "wrong");
    fclose(report);
  }
  for (;;)
    pause();
}

int main(int argc, char **argv) {
  size_t megabytes = argc >= 3 ? strtoul(argv[1], NULL, 10) : 0;
  const char *sharing = argc >= 4 ? argv[3] : "private";
  int shared = strcmp(sharing, "shared") == 0;
  int file = strcmp(sharing, "file") == 0;
  if (megabytes == 0 || (!shared && !file && strcmp(sharing, "private") != 0)) {
    fprintf(stderr, "usage: page-counter SIZE_MB PAGES_PER_SECOND(0=unlimited) [private|shared|file]\n");
    return 2;
  }
  uint64_t rate = strtoull(argv[2], NULL, 10);
  size_t pages = (megabytes << 20) / PAGE_SIZE;
  char *memory = file ? map_file("/page-counter.pages", megabytes << 20)
                      : map_memory(megabytes << 20, shared ? MAP_SHARED : MAP_PRIVATE);

  for (size_t page = 0; page < pages; page++)
    *stamp_of(memory, page) = (struct page_stamp){.value = 0, .index = (uint32_t)page, .magic = PAGE_MAGIC};

  struct pace pace = {0};
  uint64_t budget = 0;
  for (uint32_t value = 0;; value++) {
    for (size_t page = 0; page < pages; page++) {
      while (budget == 0)
        budget = pace_wait(&pace, rate);
      budget--;
      struct page_stamp *stamp = stamp_of(memory, page);
      if (stamp->value != value || stamp->index != page || stamp->magic != PAGE_MAGIC)
        report_and_stay(page, value, stamp);
      stamp->value = value + 1;
    }
  }
}
