let i=0; const a=[]; a[i]=++i; const b={}; let k='x'; b[k]=(k='y');
export const options = {cloud: {apm: [a,b]}};
