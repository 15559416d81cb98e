let i=0; const a=[1,1,1]; a[i++]++; a[i++]+=5;
export const options = {cloud: {apm: [i,a]}};
