let n=0; [1,,3].forEach(()=>n++); const a=[]; a[3]=1; a.forEach(()=>n++); 
export const options = {cloud: {apm: [n, a.filter(()=>true).length, 1 in [1,,3]]}};
