import { Connection } from '@temporalio/client';
import { readTestVariable } from './environment';

test('the Temporal server of the test run knows our search attributes', async () => {
  const connection = await Connection.connect({ address: readTestVariable('TEST_TEMPORAL_ADDRESS') });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  await connection.close();
  expect(Object.keys(customAttributes)).toEqual(
    expect.arrayContaining(['LonghaulKind', 'LonghaulProject', 'LonghaulState', 'LonghaulOwner']),
  );
});
