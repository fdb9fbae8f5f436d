# SPDX-License-Identifier: Apache-2.0
import collections, json, campaign
def write(options, mutants, state):
    rows=[]
    per=collections.defaultdict(lambda:[0,0])
    for m in mutants:
        k={s:state.get(s,m["key"])["killers"] for s in [*campaign.MATRIX,*campaign.LATER] if state.get(s,m["key"])}
        dead=any(k[s] for s in k if s!="alone")
        per[m["module"]][0]+=1; per[m["module"]][1]+=dead
        if not dead: rows.append(m)
    for mod,(n,d) in per.items(): print(mod,n,d,"%.1f"%(100*d/n))
    for m in rows: print(m["number"],m["line"],m["key"])
    return 0
