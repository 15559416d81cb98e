const host = (region) => `${region}.prom.example.com`;

export function destination(region, metrics) {
  return { provider: 'prometheus', remoteWriteURL: `https://${host(region)}/api/v1/write`, metrics };
}
