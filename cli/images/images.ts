import { Command } from 'commander';
import { decodeCommand } from './images-decode.ts';
import { diffCommand } from './images-diff.ts';
import { memoryCommand } from './images-memory.ts';
import { showCommand } from './images-show.ts';
import { verifyCommand } from './images-verify.ts';

/** `precopy images`: reads criu's images without criu. */
export const imagesCommand = (): Command =>
  new Command('images')
    .description("show and check criu's images; changes nothing")
    .addCommand(showCommand())
    .addCommand(decodeCommand())
    .addCommand(diffCommand())
    .addCommand(verifyCommand())
    .addCommand(memoryCommand());
