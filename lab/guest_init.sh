#!/bin/busybox sh
# The whole guest: mount the disk, serve its page, write to the disk all the time, power off when asked.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /run /mnt
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module.ko"; done </modules/order

# The power button is an input device: acpid runs the handler, the loop below sees the flag.
acpid -d -c /etc/acpi >/dev/null 2>&1 &

tries=0
until [ -b /dev/vda ] || [ "$tries" -ge 100 ]; do tries=$((tries + 1)); usleep 50000; done
mount -t ext4 -o noatime /dev/vda /mnt || { echo "guest: /dev/vda cannot be mounted"; poweroff -f; }
text=$(cat /mnt/guest/text)
write_kib=$(cat /mnt/guest/write_kib_per_second)
boots=$(($(cat /mnt/guest/boots) + 1))
counter=$(cat /mnt/guest/counter)
echo "$boots" >/mnt/guest/boots.new && mv /mnt/guest/boots.new /mnt/guest/boots

# The page lies on the disk, so that what is served is what was moved.
write_page() {
    printf '<!doctype html><title>%s</title><h1>%s</h1><p>boot %s, counter %s</p>\n' \
        "$text" "$text" "$boots" "$counter" >/mnt/www/index.new
    mv /mnt/www/index.new /mnt/www/index.html
}

write_page
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
route add default gw 10.0.2.2
httpd -p 80 -h /mnt/www
echo "guest: $text, boot $boots, counter $counter"

# Changed blocks walk through a file of 4 MiB, whose length the disk was made with.
position=0
until [ -e /run/power-off ]; do
    counter=$((counter + 1))
    echo "$counter" >/mnt/guest/counter.new && mv /mnt/guest/counter.new /mnt/guest/counter
    write_page
    if [ "$write_kib" -gt 0 ]; then
        dd if=/dev/urandom of=/mnt/guest/blocks bs=1k count="$write_kib" seek="$position" conv=notrunc 2>/dev/null
        position=$(((position + write_kib) % 4096))
    fi
    sync
    sleep 1
done

killall httpd
umount /mnt && echo "guest: disk unmounted after counter $counter"
poweroff -f
