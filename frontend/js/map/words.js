// The map's sentences. No-break spaces where French wants them.
const figures = new Intl.NumberFormat("fr-FR");

export const count = (number, one, many) => `${figures.format(number)}\u00a0${number < 2 ? one : many}`;

export const structures = (number) => count(number, "structure", "structures");

export const FAMILY_WORDS = {
  association: "Association",
  cooperative: "Coopérative",
  mutual: "Mutuelle",
  foundation: "Fondation",
  company: "Société commerciale",
};

/** How much of the result the map shows, and where the rest is: what has no point is never left untold. */
export function onTheMap(matches, without, zone) {
  const drawn = `${structures(matches - without)} sur la carte.`;
  if (without === 0) return zone ? `${drawn} La liste s’en tient à la zone choisie.` : drawn;
  if (zone) {
    return `${drawn} La liste s’en tient à la zone choisie : ${structures(without)} sans point n’y ${without === 1 ? "est" : "sont"} pas, enlevez la zone pour les voir.`;
  }
  return `${drawn} ${structures(without)} sans point sur la carte, ${without === 1 ? "présente" : "présentes"} dans la liste.`;
}
