/**
 * The description that CloudWatch shows when the widget is added by hand. Its first YAML block
 * becomes the widget's parameters.
 */
export const description = `## SCEP connectors

Challenges, recent enrolments and why one failed, for the SCEP connectors of this stack.

### Widget parameters

| Parameter | What it does |
| --- | --- |
| connector | The connector that is shown first. Leave it out for the first one. |

### Example parameters

\`\`\` yaml
connector: default
\`\`\`

Buttons that change something or show a password ask for confirmation; a password is shown in a popup only. Who may invoke
this function (lambda:InvokeFunction) administers the connectors: do not share the dashboard with anybody who should not.
`;
