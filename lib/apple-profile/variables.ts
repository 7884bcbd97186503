/** The variables that an MDM replaces before it sends a profile to a device. */

/** Jamf Pro writes `$SERIALNUMBER`, Apple Configurator and Workspace ONE `%Name%` and `{Name}`. */
const variable = /\$[A-Za-z_]+|%[A-Za-z_]+%|\{[A-Za-z_]+\}/g;

/** Whether a value contains a variable. */
export const hasVariable = (value: string): boolean => value.search(variable) >= 0;

/** The value as a pattern in which a variable matches any text. */
export const toPattern = (value: string): string => value.replace(variable, '*');
