// What page-counter keeps at the start of each of its pages, and page-edges reads back.
#ifndef PAGE_STAMP_H
#define PAGE_STAMP_H

#include <stdint.h>

#define PAGE_SIZE 4096u
#define PAGE_MAGIC UINT64_C(0x7265746e756f6370) // "pcounter"

struct page_stamp {
  uint32_t value;
  uint32_t index; // tells a page that came back in another's place
  uint64_t magic;
};

#endif
