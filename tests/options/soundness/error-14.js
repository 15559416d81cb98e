const z=null; let n=0; try{ z.x=1; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
