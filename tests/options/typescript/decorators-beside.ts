import http from 'k6/http';

function logged(target: any) { return target; }
function named(name: string) { return (target: any, key?: any) => {}; }

@logged
@named('flow')
export class Flow {
  @named('run') run(): void {}
}

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
