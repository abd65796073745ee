// churn SIZE_MB WORKING_SET_MB PAGES_PER_SECOND PATTERN private|shared THREADS PORT
//
// Holds SIZE_MB of incompressible data, rewrites pages of it at a steady rate, and answers on a TCP port: each line is sent back
// as it came, and `check` is answered by `right`, or by what is wrong. PATTERN says which pages:
//   sequential  one after the other through the working set, round and round
//   uniform     any of the working set
//   hot-cold    nine of ten in its first tenth, the others anywhere in it
//   bursty      as uniform, a second at twice the rate and a second not at all
//   append      new ones, from the end of the working set to the end of the memory; then sequential through all of it
// How often each page was written is kept apart from the pages, too: one that is lost, old or another's after a migration does
// not fit that account. THREADS share the rate, each with a part of the pages of its own.
#define _GNU_SOURCE
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pace.h"
#include "page-stamp.h"

#define WORDS (PAGE_SIZE / sizeof(uint64_t))
#define STAMP_WORDS (sizeof(struct page_stamp) / sizeof(uint64_t))
#define MAX_THREADS 16
#define MAX_CLIENTS 32

enum pattern { SEQUENTIAL, UNIFORM, HOT_COLD, BURSTY, APPEND };
static const char *const pattern_names[] = {"sequential", "uniform", "hot-cold", "bursty", "append"};

struct writer {
  pthread_t thread;
  pthread_mutex_t lock; // held while it writes: whoever holds it sees pages and account agree
  size_t first, working_set, end, filled;
  uint64_t rate, random;
};

static char *memory;
static uint32_t *account;
static enum pattern pattern;
static struct writer writers[MAX_THREADS];
static int threads;

static struct page_stamp *stamp_of(size_t page) { return (struct page_stamp *)(memory + page * PAGE_SIZE); }
static uint64_t *words_of(size_t page) { return (uint64_t *)(memory + page * PAGE_SIZE); }

// What a page holds beyond its stamp can be told from its number; nothing a compressor can shorten.
static uint64_t content(size_t page, size_t word) {
  uint64_t x = (page * WORDS + word + 1) * UINT64_C(0x9e3779b97f4a7c15);
  x ^= x >> 31;
  x *= UINT64_C(0xbf58476d1ce4e5b9);
  return x ^ x >> 29;
}

static void fill(size_t page) {
  for (size_t word = STAMP_WORDS; word < WORDS; word++)
    words_of(page)[word] = content(page, word);
  *stamp_of(page) = (struct page_stamp){.value = 0, .index = (uint32_t)page, .magic = PAGE_MAGIC};
}

static int is_right(size_t page) {
  const struct page_stamp *stamp = stamp_of(page);
  const uint64_t *words = words_of(page);
  return stamp->value == account[page] && stamp->index == page && stamp->magic == PAGE_MAGIC &&
         words[STAMP_WORDS] == content(page, STAMP_WORDS) && words[WORDS / 2] == content(page, WORDS / 2) &&
         words[WORDS - 1] == content(page, WORDS - 1);
}

// xorshift64
static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static size_t choose(struct writer *self, uint64_t count) {
  size_t set = self->working_set, tenth = set / 10 + 1;
  switch (pattern) {
  case SEQUENTIAL:
    return self->first + count % set;
  case HOT_COLD:
    return self->first + (next_random(&self->random) % 10 > 0 ? next_random(&self->random) % tenth
                                                              : next_random(&self->random) % set);
  case APPEND:
    if (self->filled < self->end) {
      fill(self->filled);
      return self->filled++;
    }
    return self->first + count % (self->end - self->first);
  default:
    return self->first + next_random(&self->random) % set;
  }
}

// A page that is already wrong is left as it is, for `check` to find.
static void write_page(size_t page) {
  if (!is_right(page))
    return;
  account[page]++;
  stamp_of(page)->value++;
}

static int is_between_bursts(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec % 2;
}

static void *write_pages(void *argument) {
  struct writer *self = argument;
  struct pace pace = {0};
  for (uint64_t count = 0;;) {
    uint64_t budget = pace_wait(&pace, pattern == BURSTY ? 2 * self->rate : self->rate);
    if (pattern == BURSTY && is_between_bursts())
      continue;
    pthread_mutex_lock(&self->lock);
    for (; budget > 0; budget--)
      write_page(choose(self, count++));
    pthread_mutex_unlock(&self->lock);
  }
  return NULL;
}

static size_t count_wrong(size_t *example) {
  size_t wrong = 0;
  for (int index = 0; index < threads; index++) {
    struct writer *each = &writers[index];
    pthread_mutex_lock(&each->lock);
    for (size_t page = each->first; page < each->filled; page++)
      if (!is_right(page)) {
        *example = page;
        wrong++;
      }
    pthread_mutex_unlock(&each->lock);
  }
  return wrong;
}

struct client {
  char line[256];
  size_t length;
};

static void answer(int socket, const char *line) {
  char reply[320];
  size_t example = 0, wrong;
  if (strcmp(line, "check") != 0)
    snprintf(reply, sizeof reply, "%s\n", line);
  else if ((wrong = count_wrong(&example)) == 0)
    snprintf(reply, sizeof reply, "right\n");
  else
    snprintf(reply, sizeof reply, "%zu pages are wrong, as page %zu: written %u times, and holds %u\n", wrong, example,
             account[example], stamp_of(example)->value);
  send(socket, reply, strlen(reply), MSG_NOSIGNAL);
}

// Answers all whole lines that have come; 0 once the client is gone.
static int hear(int socket, struct client *client) {
  ssize_t got = recv(socket, client->line + client->length, sizeof client->line - 1 - client->length, 0);
  if (got <= 0)
    return 0;
  client->length += (size_t)got;
  client->line[client->length] = 0;
  for (char *end; (end = strchr(client->line, '\n')) != NULL;) {
    *end = 0;
    answer(socket, client->line);
    client->length -= (size_t)(end + 1 - client->line);
    memmove(client->line, end + 1, client->length + 1);
  }
  return client->length < sizeof client->line - 1;
}

static void serve(int listener) {
  struct pollfd sockets[MAX_CLIENTS + 1] = {{.fd = listener, .events = POLLIN}};
  static struct client clients[MAX_CLIENTS + 1];
  for (int index = 1; index <= MAX_CLIENTS; index++)
    sockets[index] = (struct pollfd){.fd = -1, .events = POLLIN};
  for (;;) {
    if (poll(sockets, MAX_CLIENTS + 1, -1) <= 0)
      continue;
    for (int index = 1; index <= MAX_CLIENTS; index++)
      if (sockets[index].fd >= 0 && sockets[index].revents != 0 && !hear(sockets[index].fd, &clients[index])) {
        close(sockets[index].fd);
        sockets[index].fd = -1;
      }
    if (sockets[0].revents == 0)
      continue;
    int socket = accept(listener, NULL, NULL), index = 1;
    while (index <= MAX_CLIENTS && sockets[index].fd >= 0)
      index++;
    if (socket >= 0 && index <= MAX_CLIENTS) {
      sockets[index].fd = socket;
      clients[index].length = 0;
    } else if (socket >= 0) {
      close(socket);
    }
  }
}

static int listen_at(int port) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, MAX_CLIENTS) != 0) {
    perror("churn: port");
    exit(1);
  }
  return listener;
}

static void *map_pages(size_t bytes, int sharing) {
  void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    perror("churn: memory");
    exit(1);
  }
  return mapped;
}

static void start_writers(size_t pages, size_t working_set, uint64_t rate) {
  for (int index = 0; index < threads; index++) {
    struct writer *each = &writers[index];
    size_t share = pages / (size_t)threads, set = working_set / (size_t)threads;
    *each = (struct writer){.first = share * (size_t)index,
                            .working_set = set > 0 ? set : 1,
                            .end = share * (size_t)(index + 1),
                            .rate = rate / (uint64_t)threads,
                            .random = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(index + 1)};
    each->filled = pattern == APPEND ? each->first + each->working_set : each->end;
    for (size_t page = each->first; page < each->filled; page++)
      fill(page);
    pthread_mutex_init(&each->lock, NULL);
    if (each->rate > 0 && pthread_create(&each->thread, NULL, write_pages, each) != 0) {
      fprintf(stderr, "churn: no thread\n");
      exit(1);
    }
  }
}

int main(int argc, char **argv) {
  size_t pages = argc == 8 ? (strtoul(argv[1], NULL, 10) << 20) / PAGE_SIZE : 0;
  size_t working_set = argc == 8 ? (strtoul(argv[2], NULL, 10) << 20) / PAGE_SIZE : 0;
  threads = argc == 8 ? atoi(argv[6]) : 0;
  int known = 0, shared = argc == 8 && strcmp(argv[5], "shared") == 0;
  for (int each = 0; argc == 8 && each < 5; each++)
    if (strcmp(argv[4], pattern_names[each]) == 0) {
      pattern = (enum pattern)each;
      known = 1;
    }
  if (pages == 0 || working_set > pages || threads < 1 || threads > MAX_THREADS || !known ||
      (!shared && strcmp(argv[5], "private") != 0)) {
    fprintf(stderr, "usage: churn SIZE_MB WORKING_SET_MB PAGES_PER_SECOND(0=none) "
                    "sequential|uniform|hot-cold|bursty|append private|shared THREADS(1-16) PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  memory = map_pages(pages * PAGE_SIZE, shared ? MAP_SHARED : MAP_PRIVATE);
  account = map_pages(pages * sizeof *account, MAP_PRIVATE);
  start_writers(pages, working_set, strtoull(argv[3], NULL, 10));
  // Answers once all memory is there.
  serve(listen_at(atoi(argv[7])));
}
