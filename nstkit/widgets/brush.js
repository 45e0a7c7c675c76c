// A picture to paint on: shows what the kernel sends, and sends back each stroke.

function render({ model, el }) {
  const canvas = document.createElement("canvas");
  canvas.className = "nstkit-brush";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "the photograph, to paint regions on");
  el.append(canvas);
  const pen = canvas.getContext("2d");
  const picture = new Image();
  let points = [];
  let down = false;

  function draw() {
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (!points.length) return;
    pen.strokeStyle = model.get("colour");
    pen.lineWidth = model.get("width") * canvas.width;
    pen.lineCap = pen.lineJoin = "round";
    pen.globalAlpha = 0.6;
    pen.beginPath();
    pen.moveTo(points[0][0] * canvas.width, points[0][1] * canvas.height);
    for (const [x, y] of points) pen.lineTo(x * canvas.width, y * canvas.height);
    pen.stroke();
    pen.globalAlpha = 1;
  }

  function show() {
    const address = URL.createObjectURL(new Blob([model.get("picture")]));
    picture.onload = () => {
      URL.revokeObjectURL(address);
      canvas.width = picture.naturalWidth;
      canvas.height = picture.naturalHeight;
      if (!down) points = []; // the kernel's picture has the stroke in it
      draw();
    };
    picture.src = address;
  }

  function add(event) {
    const box = canvas.getBoundingClientRect();
    points.push([
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    ]);
    draw();
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    down = true;
    points = [];
    add(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (down) add(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (!down) return;
      down = false;
      model.set("stroke", points);
      model.save_changes();
    });
  }
  model.on("change:picture", show);
  if (model.get("picture").byteLength) show();
  return () => model.off("change:picture", show);
}

export default { render };
