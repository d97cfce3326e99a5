import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the server says of itself to Prometheus. */
export interface ServingMetrics {
  registry: Registry;
  answered(route: string, status: number, seconds: number): void;
  batched(pair: string, lines: number): void;
}

/** @param waitingLines as it is when metrics are read */
export function servingMetrics(waitingLines: () => number): ServingMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'shrinknas_request_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['route', 'status'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers,
  });
  const lines = new Counter({
    name: 'shrinknas_lines_total',
    help: 'Lines that were translated.',
    labelNames: ['pair'],
    registers,
  });
  const batches = new Histogram({
    name: 'shrinknas_batch_lines',
    help: 'Lines that were translated together.',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  });
  new Gauge({
    name: 'shrinknas_waiting_lines',
    help: 'Lines that wait to be translated.',
    registers,
    collect() {
      this.set(waitingLines());
    },
  });
  return {
    registry,
    answered: (route, status, time) => seconds.observe({ route, status: String(status) }, time),
    batched(pair, count) {
      lines.inc({ pair }, count);
      batches.observe(count);
    },
  };
}
