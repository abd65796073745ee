/** The three quantities of a migration. Branded, so that one cannot be taken for another. */
export type Bytes = number & { readonly unit: 'bytes' };
export type Millis = number & { readonly unit: 'ms' };
export type Pages = number & { readonly unit: 'pages' };

/** x86-64 page, the only architecture criu tracks dirty memory on. */
const PAGE_SIZE = 4096;

export const bytes = (value: number): Bytes => value as Bytes;
export const millis = (value: number): Millis => value as Millis;
export const pages = (value: number): Pages => value as Pages;

export const pagesToBytes = (count: Pages): Bytes => bytes(count * PAGE_SIZE);
export const bytesToPages = (size: Bytes): Pages => pages(Math.ceil(size / PAGE_SIZE));
/** criu counts time in microseconds. */
export const microsToMillis = (micros: number): Millis => millis(micros / 1000);
/** The kernel's /proc files count memory in KiB. */
export const kibToBytes = (kib: number): Bytes => bytes(kib * 1024);
