declare module "*?raw" {
  const text: string;
  // What Vite makes of a file has a default alone.
  // eslint-disable-next-line no-restricted-syntax
  export default text;
}
