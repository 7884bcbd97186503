/** The variables that an MDM fills in before a profile reaches its device. */

/** Jamf Pro writes `$SERIALNUMBER`, Apple Configurator and Workspace ONE `%Name%` and `{Name}`. */
const variable = /\$[A-Za-z_]+|%[A-Za-z_]+%|\{[A-Za-z_]+\}/g;

/** Whether a value has a variable in it. */
export const hasVariable = (value: string): boolean => value.search(variable) >= 0;

/** The value as a pattern: anything in the place of a variable. */
export const toPattern = (value: string): string => value.replace(variable, '*');
