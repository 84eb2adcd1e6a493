import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { fastClock } from '../testing/fast-clock.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { backoffMs, retryAfterMs } from './retry.ts';

describe('waiting', () => {
  it('reads every form in which a service asks for it', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    const read = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);
    expect(read({ 'retry-after': '7' })).toBe(7_000);
    expect(read({ 'retry-after': '0.5' })).toBe(500);
    expect(read({ 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' })).toBe(30_000);
    expect(read({ 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' })).toBe(0);
    expect(read({ 'retry-after-ms': '120', 'retry-after': '7' })).toBe(120);
    expect(read({ 'retry-after': 'soon' })).toBeNull();
    expect(read({})).toBeNull();
  });

  it('grows with every try and is never the same for all', () => {
    const waits = Array.from({ length: 50 }, () => backoffMs(2, 1_000));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });
});

describe('the circuit breaker', () => {
  const broken = () => Promise.reject(new DioramaError('engine-failed'));

  it('stops asking a service that keeps failing, tries once after the pause, and closes on success', async () => {
    const clock = fastClock();
    const breaker = new CircuitBreaker('Tester', clock, { failures: 2, pauseMs: 30_000 });
    await expect(breaker.run(broken)).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(breaker.run(broken)).rejects.toMatchObject({ code: 'engine-failed' });
    let asked = 0;
    const work = async () => ++asked;
    await expect(breaker.run(work)).rejects.toMatchObject({ code: 'engine-unreachable' });
    expect(asked).toBe(0);
    await clock.sleep(30_001, new AbortController().signal);
    await expect(breaker.run(broken)).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(breaker.run(work)).rejects.toMatchObject({ code: 'engine-unreachable' });
    await clock.sleep(30_001, new AbortController().signal);
    await expect(breaker.run(work)).resolves.toBe(1);
    await expect(breaker.run(work)).resolves.toBe(2);
  });

  it('does not hold refusals and empty accounts against the service', async () => {
    const breaker = new CircuitBreaker('Tester', fastClock(), { failures: 1, pauseMs: 1_000 });
    const refuse = () => Promise.reject(new DioramaError('content-refused'));
    for (let i = 0; i < 4; i++)
      await expect(breaker.run(refuse)).rejects.toMatchObject({ code: 'content-refused' });
  });
});
