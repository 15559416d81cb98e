let n=0; try{ 'abc'.x=5; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
