/**
 * The description that CloudWatch shows to someone who adds the widget by hand. CloudWatch takes
 * the widget's parameters from its first YAML block.
 */
export const description = `## SCEP connectors

Manage challenges, list recent enrolments and see why one failed, for the SCEP connectors of this stack.

### Widget parameters

| Parameter | Meaning |
| --- | --- |
| connector | The id of the connector to show. Omit it to show the first one. |

### Example parameters

\`\`\` yaml
connector: default
\`\`\`

Buttons that change something or show a password ask for confirmation. Passwords appear only in a popup. Anyone who may
invoke this function (lambda:InvokeFunction) can administer the connectors, so do not share the dashboard with others.
`;
