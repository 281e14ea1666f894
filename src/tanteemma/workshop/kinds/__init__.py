"""Every kind of document, one file each, found through the hook ``document_kinds``."""
