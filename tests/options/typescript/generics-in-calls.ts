import http from 'k6/http';

function identity<T>(value: T): T {
  return value;
}
const first = <T,>(list: readonly T[]): T => list[0];
const keyed = <K extends string, V = unknown>(key: K, value: V): Record<K, V> => ({ [key]: value }) as Record<K, V>;

export const options = {
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write',
          metrics: identity<string[]>(['checks']),
          ...keyed<'resampleRate', number>('resampleRate', first<number>([5, 6])),
        },
      ],
    },
  },
};

export default function (): void {
  http.get('https://shop.example.com/');
}
