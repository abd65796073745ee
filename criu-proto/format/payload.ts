import type { Message } from '../protobuf/message.ts';

/** A message of a System V queue. */
export interface QueuedMessage<Content> {
  readonly message: Message;
  readonly text: Content;
  readonly padding: Content;
}

/** What follows an entry's message. Padding is kept: criu does not clear it. */
export type Payload<Content> =
  | { readonly kind: 'bytes'; readonly bytes: Content }
  | { readonly kind: 'padded'; readonly bytes: Content; readonly padding: Content }
  /** Numbers of 16 bits, little-endian. */
  | { readonly kind: 'semaphores'; readonly bytes: Content; readonly padding: Content }
  /** Received and not read; written and not acknowledged. */
  | { readonly kind: 'queues'; readonly received: Content; readonly written: Content }
  | { readonly kind: 'messages'; readonly messages: readonly QueuedMessage<Content>[] };

/** The same payload with other content, such as bytes in place of where they are. */
export const mapPayload = <From, To>(payload: Payload<From>, to: (content: From) => To): Payload<To> => {
  switch (payload.kind) {
    case 'bytes':
      return { kind: 'bytes', bytes: to(payload.bytes) };
    case 'padded':
    case 'semaphores':
      return { kind: payload.kind, bytes: to(payload.bytes), padding: to(payload.padding) };
    case 'queues':
      return { kind: 'queues', received: to(payload.received), written: to(payload.written) };
    case 'messages': {
      const messages = payload.messages.map(({ message, text, padding }) => ({
        message,
        text: to(text),
        padding: to(padding),
      }));
      return { kind: 'messages', messages };
    }
  }
};
