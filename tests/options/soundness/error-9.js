const o={get a(){return 1}}; let n=0; try{ o.a=2; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
