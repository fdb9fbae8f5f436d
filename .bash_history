make shell BUILD=/tmp/build-shell DEPS=off
exit
rlwrap() { :; }; mkdir -p /tmp/shtry/nb; for f in /usr/bin/*; do b=${f##*/}; [ $b = rlwrap ] || ln -sf $f /tmp/shtry/nb/$b; done; export PATH=/tmp/shtry/nb; unset -f rlwrap
make shell BUILD=/tmp/build-shell DEPS=off
exit
make shell BUILD=/tmp/build-shell DEPS=off
echo rc=$?
exit
rlwrap() { :; }; mkdir -p /tmp/shtry/nb; for f in /usr/bin/*; do b=${f##*/}; [ $b = rlwrap ] || ln -sf $f /tmp/shtry/nb/$b; done; export PATH=/tmp/shtry/nb; unset -f rlwrap
make shell BUILD=/tmp/build-shell DEPS=off
echo rc=$?
exit
