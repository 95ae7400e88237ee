"""Facts that Korea's customs and ours exchange about parcels: certificates of origin, companies, lists, inspections."""
