"""FHIR R4 (4.0.1), after the HL7 SDOH Clinical Care guide 3.0.0: plain functions between its resources and our JSON.

What they translate is what `/api/v1` answers the same asker; whatever is not in there, FHIR does not know.
"""
