#!/bin/sh
# Makes the clip and the still that the simulator serves: a drawn paper boat on a moving gradient.
# Run it in this folder; it needs ffmpeg with libx264 and PNG. No third-party material is used.
set -e
ffmpeg -v error -y \
  -f lavfi -i "gradients=size=640x360:rate=24:duration=4:c0=0x0b2a4a:c1=0x2f6f8f:c2=0xf2c38b:c3=0x16405f:nb_colors=4:x0=320:y0=0:x1=320:y1=360:speed=0.012:seed=7" \
  -f lavfi -i "color=c=black@0.0:size=160x90:rate=24:duration=4,format=rgba,geq=r=250:g=246:b=238:a='255*gt(Y,40)*gt(X,20+(Y-40)*0.7)*lt(X,140-(Y-40)*0.7)*lt(Y,80)+255*lte(Y,40)*gt(Y,4)*lt(abs(X-80),(Y-4)*0.8)'" \
  -filter_complex "[0][1]overlay=x='200+20*t':y='170+8*sin(3*t)':shortest=1,format=yuv420p" \
  -c:v libx264 -preset veryslow -crf 26 -movflags +faststart \
  -map_metadata -1 -fflags +bitexact -flags:v +bitexact -an clip.mp4
ffmpeg -v error -y -sseof -0.1 -i clip.mp4 -frames:v 1 -update 1 \
  -map_metadata -1 -fflags +bitexact last-frame.png
