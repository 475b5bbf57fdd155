"""The form in Dash; the argument is the port."""

import sys

from dash import Dash, Input, Output, dcc, html

app = Dash(__name__)
app.layout = html.Div(
    [dcc.Textarea(id="text"), html.Button("Read", id="read"), html.Div(id="result")]
)


@app.callback(Output("result", "children"), Input("read", "n_clicks"), prevent_initial_call=True)
def read(clicks: int) -> str:
    return f"done {clicks}"


app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
