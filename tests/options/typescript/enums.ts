import http from 'k6/http';

enum Provider {
  Prometheus = 'prometheus',
  Datadog = 'datadog',
}
export enum Rate {
  Fast = 1,
  Normal = Fast + 2,
  Later,
  Slow,
}
const enum Metric { Checks = 'checks' }
enum Level { Low, High }

export const options = {
  ext: {
    loadimpact: {
      apm: [
        {
          provider: Provider.Prometheus,
          remoteWriteURL: 'https://prom.example.com/api/v1/write',
          metrics: [Metric.Checks],
          resampleRate: Rate.Slow,
          list: [Rate[1], Level.High, Level[0], Rate.Later, Provider['Datadog'], Object.keys(Provider)],
        },
      ],
    },
  },
};

export default function (): void {
  http.get('https://shop.example.com/');
}
