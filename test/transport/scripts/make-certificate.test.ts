import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startScript, temporaryDirectory } from './start-script.ts';

const run = promisify(execFile);

const make = async (): Promise<{ readonly directory: string; readonly certificate: X509Certificate }> => {
  const directory = `${await temporaryDirectory()}/tls`;
  const { told, exit } = await (await startScript('make-certificate', [directory])).ended;
  expect(exit).toMatchObject({ exitCode: 0, stderr: '' });
  return { directory, certificate: new X509Certificate(told.join('\n')) };
};

describe.concurrent('make-certificate.sh', () => {
  it('makes a certificate of a key that only root can read, and prints that certificate alone', async () => {
    const { directory, certificate } = await make();
    expect(await readFile(`${directory}/certificate.pem`, 'utf8')).toBe(certificate.toString());
    const key = createPrivateKey(await readFile(`${directory}/key.pem`));
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(`${directory}/key.pem`)).mode & 0o777).toBe(0o600);
  });

  it('makes one that signs nobody else, and that no clock is too late or too early for', async () => {
    const { certificate } = await make();
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validFrom).getUTCFullYear()).toBe(2000);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2049);
  });

  it('makes another each time', async () => {
    const [one, other] = await Promise.all([make(), make()]);
    expect(one.certificate.fingerprint256).not.toBe(other.certificate.fingerprint256);
  });

  it('touches no directory that is there', async () => {
    const { directory } = await make();
    const before = await readFile(`${directory}/key.pem`, 'utf8');
    const { exit } = await (await startScript('make-certificate', [directory])).ended;
    expect(exit.exitCode).not.toBe(0);
    expect(await readFile(`${directory}/key.pem`, 'utf8')).toBe(before);
  });

  it('says what is wrong where neither program is there', async () => {
    const [bin, directory] = [await temporaryDirectory(), `${await temporaryDirectory()}/tls`];
    for (const program of ['bash', 'mkdir', 'cat'])
      await run('ln', ['-s', (await run('sh', ['-c', `command -v ${program}`])).stdout.trim(), bin]);
    const { told, exit } = await (await startScript('make-certificate', [directory], { PATH: bin })).ended;
    expect(told).toEqual([]);
    expect(exit.exitCode).not.toBe(0);
    expect(exit.stderr).toContain('certtool');
  });
});
