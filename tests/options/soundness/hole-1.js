const a=[1,2,3]; delete a[0]; let n=0; a.forEach(()=>n++);
export const options = {cloud: {apm: [0 in a, n, Object.keys(a)]}};
