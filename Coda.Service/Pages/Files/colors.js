// Colours that are told apart with every common colour vision: maps of even lightness, and Okabe and Ito's for lines (which page.css has).

const maps = {
  state: ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"], // viridis
  spread: ["#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60", "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4"], // inferno
};

/** The colours of a map, from the least value to the largest: a function from [0, 1] to [red, green, blue]. */
export function mapOf(kind) {
  const stops = maps[kind].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return (share) => {
    const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
    const low = Math.min(Math.floor(place), stops.length - 2);
    return stops[low].map((value, i) => Math.round(value + (place - low) * (stops[low + 1][i] - value)));
  };
}

/** A colour of page.css, as it is for the reader's light or dark page, or for paper. */
export function styled(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
