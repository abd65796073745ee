#!/usr/bin/env node
// Here before the first build, so that npm can link the command.
await import(new URL('../dist/bench/cli/main.js', import.meta.url));
