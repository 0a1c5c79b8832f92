// SPDX-License-Identifier: GPL-2.0
/*
 * Transport for the host's virtio devices: device-tree nodes "virtio,wasm".
 * The host's functions may be called on main only, and main runs callbacks of
 * ours in order; configuration waits for them, notifications do not.
 */
#include <linux/device.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>
#include <asm/border.h>
#include <asm/irq.h>
#include <asm/wait.h>
#include <asm/wasm.h>

/* The largest ring the host knows. */
#define RING_SIZE	256
/* The console fills its rings with pages of input buffers, 64 KiB each. */
#define RING_SIZE_CONSOLE	16
#define MAX_QUEUES	64

struct wasm_virtio {
	struct virtio_device	vdev;
	u32			host_id;
	u64			features;
	u32			config_irq;
	u32			config_len;
	u8			status;
	void			*config;	/* the config space itself */
	/* Lines are not given back: a queue that comes again uses its old one. */
	u32			queue_irqs[MAX_QUEUES];
};

#define to_wasm(v) container_of((v), struct wasm_virtio, vdev)

/* A call of one of the host's functions, made by main. */
struct on_main {
	void	(*fn)(void *arg);
	void	*arg;
	u32	done;
};

static void run_on_main(void *arg)
{
	struct on_main *call = arg;

	call->fn(call->arg);
	__atomic_store_n(&call->done, 1, __ATOMIC_SEQ_CST);
	wasm_notify(&call->done, 1);
}

void wasm_on_main(void (*fn)(void *), void *arg)
{
	struct on_main call = { .fn = fn, .arg = arg };

	host_run_on_main(run_on_main, &call);
	while (!__atomic_load_n(&call.done, __ATOMIC_SEQ_CST))
		wasm_sleep32(&call.done, 0, -1);
}

static void main_setup(void *arg)
{
	struct wasm_virtio *dev = arg;

	host_virtio_setup(dev->host_id, dev->config_irq, dev->config,
			  dev->config_len);
}

static void main_set_features(void *arg)
{
	struct wasm_virtio *dev = arg;

	host_virtio_set_features(dev->host_id, dev->vdev.features);
}

static void main_reset(void *arg)
{
	struct wasm_virtio *dev = arg;

	host_virtio_reset(dev->host_id);
}

static void main_config_written(void *arg)
{
	struct wasm_virtio *dev = arg;

	host_virtio_config_written(dev->host_id);
}

struct vring_call {
	u32 host_id;
	u32 queue;
	u32 size;
	u32 desc;
	u32 irq;
};

static void main_enable_vring(void *arg)
{
	struct vring_call *call = arg;

	host_virtio_enable_vring(call->host_id, call->queue, call->size,
				 call->desc, call->irq);
}

static void main_disable_vring(void *arg)
{
	struct vring_call *call = arg;

	host_virtio_disable_vring(call->host_id, call->queue);
}

static void main_notify(void *arg)
{
	unsigned long id_and_queue = (unsigned long)arg;

	host_virtio_notify(id_and_queue >> 16, id_and_queue & 0xffff);
}

static bool notify(struct virtqueue *vq)
{
	unsigned long id = to_wasm(vq->vdev)->host_id;

	/* The answer may come before the system call, or the way to idle, is over. */
	wasm_stay_in_kernel();
	host_run_on_main(main_notify, (void *)(id << 16 | vq->index));
	return true;
}

static void get_config(struct virtio_device *vdev, unsigned int offset,
		       void *buf, unsigned int len)
{
	struct wasm_virtio *dev = to_wasm(vdev);

	if (offset > dev->config_len || len > dev->config_len - offset)
		memset(buf, 0, len);
	else
		memcpy(buf, dev->config + offset, len);
}

static void set_config(struct virtio_device *vdev, unsigned int offset,
		       const void *buf, unsigned int len)
{
	struct wasm_virtio *dev = to_wasm(vdev);

	if (offset > dev->config_len || len > dev->config_len - offset)
		return;
	memcpy(dev->config + offset, buf, len);
	wasm_on_main(main_config_written, dev);
}

static u8 get_status(struct virtio_device *vdev)
{
	return to_wasm(vdev)->status;
}

static void set_status(struct virtio_device *vdev, u8 status)
{
	to_wasm(vdev)->status = status;
}

/* The core resets a device before its first use; the host need not hear it. */
static void reset(struct virtio_device *vdev)
{
	struct wasm_virtio *dev = to_wasm(vdev);

	if (dev->status & VIRTIO_CONFIG_S_FEATURES_OK)
		wasm_on_main(main_reset, dev);
	dev->status = 0;
}

static u64 get_features(struct virtio_device *vdev)
{
	return to_wasm(vdev)->features;
}

static int finalize_features(struct virtio_device *vdev)
{
	vring_transport_features(vdev);
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1) ||
	    !virtio_has_feature(vdev, VIRTIO_F_RING_PACKED)) {
		dev_err(&vdev->dev, "the host offers features %llx: neither version 1 nor packed rings may miss\n",
			vdev->features);
		return -EINVAL;
	}
	wasm_on_main(main_set_features, to_wasm(vdev));
	return 0;
}

static void del_vq(struct virtqueue *vq)
{
	struct wasm_virtio *dev = to_wasm(vq->vdev);
	struct vring_call call = {
		.host_id = dev->host_id,
		.queue = vq->index,
	};

	wasm_on_main(main_disable_vring, &call);
	free_irq(dev->queue_irqs[vq->index], vq);
	vring_del_virtqueue(vq);
}

static void del_vqs(struct virtio_device *vdev)
{
	struct virtqueue *vq, *next;

	list_for_each_entry_safe(vq, next, &vdev->vqs, list)
		del_vq(vq);
}

static struct virtqueue *setup_vq(struct virtio_device *vdev, unsigned int index,
				  struct virtqueue_info *info)
{
	struct wasm_virtio *dev = to_wasm(vdev);
	u32 size = vdev->id.device == VIRTIO_ID_CONSOLE ? RING_SIZE_CONSOLE : RING_SIZE;
	struct vring_call call;
	struct virtqueue *vq;
	int err;

	if (index >= MAX_QUEUES)
		return ERR_PTR(-ENOENT);
	if (!dev->queue_irqs[index])
		dev->queue_irqs[index] = wasm_alloc_irq();
	if (!dev->queue_irqs[index])
		return ERR_PTR(-ENOSPC);

	vq = vring_create_virtqueue(index, size, PAGE_SIZE, vdev, true, true,
				    info->ctx, notify, info->callback, info->name);
	if (!vq)
		return ERR_PTR(-ENOMEM);
	vq->num_max = size;
	err = request_irq(dev->queue_irqs[index], vring_interrupt, 0,
			  dev_name(&vdev->dev), vq);
	if (err) {
		vring_del_virtqueue(vq);
		return ERR_PTR(err);
	}
	call = (struct vring_call) {
		.host_id = dev->host_id,
		.queue = index,
		.size = virtqueue_get_vring_size(vq),
		.desc = virtqueue_get_desc_addr(vq),
		.irq = dev->queue_irqs[index],
	};
	wasm_on_main(main_enable_vring, &call);
	return vq;
}

static int find_vqs(struct virtio_device *vdev, unsigned int n,
		    struct virtqueue *vqs[], struct virtqueue_info infos[],
		    struct irq_affinity *desc)
{
	unsigned int i, index = 0;

	for (i = 0; i < n; i++) {
		vqs[i] = NULL;
		if (!infos[i].name)
			continue;
		vqs[i] = setup_vq(vdev, index++, &infos[i]);
		if (IS_ERR(vqs[i])) {
			int err = PTR_ERR(vqs[i]);

			del_vqs(vdev);
			return err;
		}
	}
	return 0;
}

static const char *bus_name(struct virtio_device *vdev)
{
	return "wasm";
}

static const struct virtio_config_ops config_ops = {
	.get			= get_config,
	.set			= set_config,
	.get_status		= get_status,
	.set_status		= set_status,
	.reset			= reset,
	.find_vqs		= find_vqs,
	.del_vqs		= del_vqs,
	.get_features		= get_features,
	.finalize_features	= finalize_features,
	.bus_name		= bus_name,
};

static irqreturn_t config_changed(int irq, void *arg)
{
	struct wasm_virtio *dev = arg;

	virtio_config_changed(&dev->vdev);
	return IRQ_HANDLED;
}

static void release(struct device *device)
{
	kfree(to_wasm(dev_to_virtio(device)));
}

/* Config space comes from the host; the node gives its size. */
static int __init add_device(struct device_node *node, struct device *parent)
{
	struct wasm_virtio *dev;
	const void *config;
	int len = 0;
	int err;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	err = of_property_read_u32(node, "host-id", &dev->host_id);
	err = err ?: of_property_read_u32(node, "virtio-device-id", &dev->vdev.id.device);
	err = err ?: of_property_read_u64(node, "features", &dev->features);
	if (err)
		goto free_dev;
	config = of_get_property(node, "config", &len);
	dev->config_len = config ? len : 0;
	dev->config = kzalloc(max(dev->config_len, 8U), GFP_KERNEL);
	dev->config_irq = wasm_alloc_irq();
	err = -ENOMEM;
	if (!dev->config || !dev->config_irq)
		goto free_config;

	err = request_irq(dev->config_irq, config_changed, 0, "virtio-config", dev);
	if (err)
		goto free_config;
	wasm_on_main(main_setup, dev);

	dev->vdev.id.vendor = VIRTIO_DEV_ANY_ID;
	dev->vdev.config = &config_ops;
	dev->vdev.dev.parent = parent;
	dev->vdev.dev.release = release;
	err = register_virtio_device(&dev->vdev);
	/* From here on the driver core owns dev. */
	if (err)
		put_device(&dev->vdev.dev);
	return err;

free_config:
	kfree(dev->config);
free_dev:
	kfree(dev);
	return err;
}

static int __init virtio_wasm_init(void)
{
	struct device *parent = root_device_register("virtio-wasm");
	struct device_node *node;

	if (IS_ERR(parent))
		return PTR_ERR(parent);
	for_each_compatible_node(node, NULL, "virtio,wasm") {
		int err = add_device(node, parent);

		if (err)
			pr_err("virtio-wasm: device %pOFn: error %d\n", node, err);
	}
	return 0;
}
device_initcall(virtio_wasm_init);
