let n=0; const p=new Proxy({}, {get(){n=1;return 1}}); n=5; const x=p.a;
export const options = {cloud: {apm: [n]}};
