let n=1; const b=(()=>{n=2}).bind(null); n=1; b();
export const options = {cloud: {apm: [n]}};
