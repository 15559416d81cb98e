const f=Object.freeze({a:1}); let n=0; try{ f.a=2; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
