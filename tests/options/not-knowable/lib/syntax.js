export const apm = [
  { provider: 'prometheus' ] };
