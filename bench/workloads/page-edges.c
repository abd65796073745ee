// page-edges PID
//
// Looks from outside at the memory of a page-counter (frozen, or else the picture moves while it is taken) and
// prints {"pages":N,"edges":N,"stale":N,"min":N,"max":N}. A consistent memory has at most one edge, no stale page,
// and max - min <= 1.
//   edges  adjacent pages whose values differ
//   stale  pages that are not what they should be: value other than v or v + 1, or another page's content
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "page-stamp.h"

struct range {
  uint64_t start, end;
};

static int read_stamp(int memory, uint64_t address, struct page_stamp *stamp) {
  return pread(memory, stamp, sizeof *stamp, (off_t)address) == (ssize_t)sizeof *stamp;
}

// The mapping is the writable one whose first page is stamped as page 0.
static struct range find_mapping(const char *pid, int memory) {
  char path[64], line[512], mode[8];
  snprintf(path, sizeof path, "/proc/%s/maps", pid);
  FILE *maps = fopen(path, "r");
  struct range range, none = {0, 0};
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    struct page_stamp first;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &range.start, &range.end, mode) == 3 &&
        strncmp(mode, "rw", 2) == 0 && read_stamp(memory, range.start, &first) && first.magic == PAGE_MAGIC &&
        first.index == 0) {
      fclose(maps);
      return range;
    }
  }
  if (maps != NULL)
    fclose(maps);
  return none;
}

static int by_value(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

static size_t count_of(const uint32_t *sorted, size_t pages, uint32_t value) {
  size_t count = 0;
  for (size_t i = 0; i < pages && sorted[i] <= value; i++)
    count += sorted[i] == value;
  return count;
}

// v is chosen so that v and v + 1 account for most of the pages: few wrong pages cannot hide by being in front.
static uint32_t likely_value(const uint32_t *sorted, size_t pages) {
  uint32_t common = sorted[0];
  for (size_t i = 0, run = 0, longest = 0; i < pages; i++) {
    run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
    if (run > longest) {
      longest = run;
      common = sorted[i];
    }
  }
  size_t above = count_of(sorted, pages, common + 1);
  size_t below = common > 0 ? count_of(sorted, pages, common - 1) : 0;
  return below > above ? common - 1 : common;
}

int main(int argc, char **argv) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/mem", argc == 2 ? argv[1] : "");
  int memory = argc == 2 ? open(path, O_RDONLY) : -1;
  if (memory < 0) {
    fprintf(stderr, "usage: page-edges PID (of a running page-counter, as root)\n");
    return 2;
  }
  struct range range = find_mapping(argv[1], memory);
  size_t pages = (range.end - range.start) / PAGE_SIZE;
  uint32_t *values = malloc(2 * (pages + 1) * sizeof *values);
  if (pages == 0 || values == NULL) {
    fprintf(stderr, "page-edges: process %s has no page-counter memory\n", argv[1]);
    return 1;
  }

  size_t edges = 0, stale = 0, misplaced = 0;
  for (size_t page = 0; page < pages; page++) {
    struct page_stamp stamp = {0};
    int readable = read_stamp(memory, range.start + page * PAGE_SIZE, &stamp);
    misplaced += !readable || stamp.index != page || stamp.magic != PAGE_MAGIC;
    values[page] = stamp.value;
    edges += page > 0 && values[page] != values[page - 1];
  }
  uint32_t *sorted = values + pages;
  memcpy(sorted, values, pages * sizeof *values);
  qsort(sorted, pages, sizeof *sorted, by_value);
  uint32_t likely = likely_value(sorted, pages);
  for (size_t page = 0; page < pages; page++)
    stale += values[page] != likely && values[page] != likely + 1;
  stale = stale > misplaced ? stale : misplaced;

  printf("{\"pages\":%zu,\"edges\":%zu,\"stale\":%zu,\"min\":%" PRIu32 ",\"max\":%" PRIu32 "}\n", pages, edges, stale,
         sorted[0], sorted[pages - 1]);
  return 0;
}
