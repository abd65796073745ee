import { Command } from 'commander';
import { decodeCommand } from './images-decode.ts';
import { diffCommand } from './images-diff.ts';
import { memoryCommand } from './images-memory.ts';
import { showCommand } from './images-show.ts';
import { verifyCommand } from './images-verify.ts';

/** `precopy images`: what criu has written, without criu. */
export const imagesCommand = (): Command =>
  new Command('images')
    .description("look into criu's images; nothing is changed")
    .addCommand(showCommand())
    .addCommand(decodeCommand())
    .addCommand(diffCommand())
    .addCommand(verifyCommand())
    .addCommand(memoryCommand());
