"""Reports and their forms: what each holds (``incidents backlog availability handover``), and one writer per form.

Pure: a writer takes a report and an open file. Texts from outside are never interpreted, in no form.
"""
