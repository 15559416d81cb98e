let n=0; try{ const {} = null; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
