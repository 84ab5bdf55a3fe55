// What a browser downloads for one entry of the client. The same function as `npm run check:size`.
import { measureBundle, sizeLimits } from '../../tools/check-size.ts';
import { type Measurement, report } from './support/measurement.ts';

const measurements: Measurement[] = [];
for (const { entry, limitBytes, note } of sizeLimits) {
  measurements.push({
    what: `${entry}, minified and gzipped`,
    value: (await measureBundle(entry)).bytes / 1000,
    unit: 'kB',
    target: { atMost: limitBytes / 1000 },
    ...(note !== undefined && { note }),
  });
}
report(measurements);
